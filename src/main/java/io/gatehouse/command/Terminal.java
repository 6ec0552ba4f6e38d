package io.gatehouse.command;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Where a command reads and writes.
 *
 * @param out for what was asked for, and nothing else
 * @param err for everything that a person is to read
 * @param keyboard empty when nobody sits there
 */
record Terminal(InputStream in, PrintStream out, PrintStream err, Optional<Keyboard> keyboard) {}
