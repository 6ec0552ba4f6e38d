/**
 * Tests of the jar itself, in processes that are started, stopped and killed as an operator or an accident would. What is the same in
 * every JVM is shown in the tests' own, beside one process: a process costs three times as much to start.
 */
@NullMarked
package io.gatehouse.packaged;

import org.jspecify.annotations.NullMarked;
