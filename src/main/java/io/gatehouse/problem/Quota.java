package io.gatehouse.problem;

import java.time.Duration;

/**
 * A limit that a refused request used up.
 *
 * @param name what is counted: lower-case letters and hyphens
 * @param most how many there may be in the window
 * @param window the time in which that many may be
 */
public record Quota(String name, int most, Duration window) {}
