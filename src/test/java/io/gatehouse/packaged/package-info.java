/** Tests of the jar itself, in processes that are started, stopped and killed as an operator or an accident would. */
@NullMarked
package io.gatehouse.packaged;

import org.jspecify.annotations.NullMarked;
