/**
 * What clients did and were answered, held against every order in which the calls could have come one after the other: across
 * crashes of Gatehouse and of PostgreSQL, and in races. The words are those of linearizability: a call happens at one moment between
 * its beginning and its answer, and one whose answer was lost happens at one moment or never.
 */
@NullMarked
package io.gatehouse.history;

import org.jspecify.annotations.NullMarked;
