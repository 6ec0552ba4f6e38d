/**
 * What an operator runs on the server's machine, beside the server or instead of it: {@code reset-password}, {@code export-users},
 * {@code import-users}.
 *
 * <p>The way of a command: {@code Commands} (is it one?) → {@code CommandLine} (which, with which options and settings) → one {@code
 * Command} → {@code Database} (the modules below the faces, without a port) → {@code UserService} or {@code UserTransfer}. Whoever can
 * open the database with the server's settings is the operator and is asked for no token. What a command does to users does not
 * belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"caller", "password", "problem", "storage", "user", "user :: transfer"})
package io.gatehouse.command;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
