package io.gatehouse.command;

import io.gatehouse.problem.Count;
import io.gatehouse.storage.PrivateFiles;
import io.gatehouse.user.transfer.UserTransfer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** {@code export-users}: all users with their hashes, one JSON object a line. */
final class ExportUsers implements Command {

    @Override
    public String synopsis() {
        return "[FILE]";
    }

    @Override
    public String purpose() {
        return "writes all users with their password hashes, one JSON object a line, to FILE, a new one that its owner"
                + " alone can read, or to the standard output";
    }

    @Override
    public int run(CommandLine line, Terminal terminal) {
        Optional<Path> file = line.file().map(Path::of);
        if (file.isPresent() && Files.exists(file.get())) {
            throw exists(file.get());
        }
        long count = Database.existing(line.settings(), database -> write(database, file, terminal.out()));
        terminal.err().println(new Count(count, "user").with("was", "were") + " exported");
        return 0;
    }

    private static long write(Database.Session database, Optional<Path> file, OutputStream standardOutput) {
        if (file.isEmpty()) {
            return write(database, standardOutput, "the standard output");
        }
        try (OutputStream out = Channels.newOutputStream(PrivateFiles.create(file.get()))) {
            return write(database, out, file.get().toString());
        } catch (FileAlreadyExistsException e) {
            throw exists(file.get());
        } catch (IOException e) {
            throw cannotBeWritten(file.get().toString(), e);
        }
    }

    private static long write(Database.Session database, OutputStream target, String name) {
        try (var out = new BufferedOutputStream(target)) {
            long count = database.bean(UserTransfer.class).exportAll(database.operator(), user -> {
                try {
                    out.write(UserLine.print(user));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            out.flush();
            requireWritten(target, name);
            return count;
        } catch (UncheckedIOException | IOException e) {
            throw cannotBeWritten(name, e);
        }
    }

    /** A print stream keeps its failures to itself: a full disk or a closed pipe must not pass for an export. */
    private static void requireWritten(OutputStream target, String name) {
        if (target instanceof java.io.PrintStream stream && stream.checkError()) {
            throw new FailedCommand(name + " cannot be written");
        }
    }

    private static FailedCommand exists(Path file) {
        return new FailedCommand("there is a file of this name already: " + file);
    }

    private static FailedCommand cannotBeWritten(String name, Exception cause) {
        return new FailedCommand(name + " cannot be written", cause);
    }
}
