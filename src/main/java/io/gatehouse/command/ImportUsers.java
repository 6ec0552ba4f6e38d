package io.gatehouse.command;

import io.gatehouse.problem.Count;
import io.gatehouse.user.transfer.ExistingUsers;
import io.gatehouse.user.transfer.ImportResult;
import io.gatehouse.user.transfer.UserTransfer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** {@code import-users}: what {@code export-users} wrote, or what was written after its pattern from Milvus' users. */
final class ImportUsers implements Command {

    private static final String REPLACE = "replace";
    private static final String KEEP = "keep";

    @Override
    public String synopsis() {
        return "[FILE] [--replace | --keep]";
    }

    @Override
    public String purpose() {
        return "takes over the users of FILE or of the standard input, all or none; a user who is there already with"
                + " another password or other roles is refused, with --replace gets them, with --keep is left alone";
    }

    @Override
    public Set<String> flags() {
        return Set.of(REPLACE, KEEP);
    }

    @Override
    public int run(CommandLine line, Terminal terminal) {
        if (line.has(REPLACE) && line.has(KEEP)) {
            throw new UsageException("--replace and --keep exclude each other");
        }
        ExistingUsers existing = ExistingUsers.REFUSED;
        if (line.has(REPLACE)) {
            existing = ExistingUsers.REPLACED;
        } else if (line.has(KEEP)) {
            existing = ExistingUsers.KEPT;
        }
        ImportResult result = read(line, existing, terminal);
        if (result.refused() > 0) {
            terminal.err()
                    .printf("nothing was changed: %s refused%n", new Count(result.refused(), "line").with("is", "are"));
            return 1;
        }
        String figures = "%d created, %d replaced, %d kept, %d unchanged"
                .formatted(result.created(), result.replaced(), result.kept(), result.unchanged());
        terminal.err().println(result.changedAnything() ? figures : "nothing to change: " + figures);
        return 0;
    }

    private static ImportResult read(CommandLine line, ExistingUsers existing, Terminal terminal) {
        Optional<String> file = line.file();
        try (InputStream in =
                new BufferedInputStream(file.isPresent() ? Files.newInputStream(Path.of(file.get())) : terminal.in())) {
            return Database.existingOrNew(
                    line.settings(),
                    database -> database.bean(UserTransfer.class)
                            .importAll(
                                    database.operator(),
                                    existing,
                                    new UserLines(in),
                                    (number, reason) ->
                                            terminal.err().printf("line %d: %s%n", number, reason.getMessage())));
        } catch (IOException | UncheckedIOException e) {
            throw new FailedCommand(file.orElse("the standard input") + " cannot be read; nothing was changed", e);
        }
    }
}
