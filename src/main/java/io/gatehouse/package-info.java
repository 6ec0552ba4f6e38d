/** Starts the modules; each direct subpackage is one. */
@NullMarked
package io.gatehouse;

import org.jspecify.annotations.NullMarked;
