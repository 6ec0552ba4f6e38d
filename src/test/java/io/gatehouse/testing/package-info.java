/** What the tests of every module start and talk to: real databases and a real server. */
@NullMarked
package io.gatehouse.testing;

import org.jspecify.annotations.NullMarked;
