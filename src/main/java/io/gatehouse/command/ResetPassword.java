package io.gatehouse.command;

import io.gatehouse.password.Password;
import io.gatehouse.user.UserService;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** {@code reset-password}: for whoever lost the password of {@code root}, or of anybody else. */
final class ResetPassword implements Command {

    private static final String FILE = "password-file";

    /** Longer than any password in UTF-8. */
    private static final int MOST_BYTES = 4096;

    @Override
    public String synopsis() {
        return "USER [--password-file FILE]";
    }

    @Override
    public String purpose() {
        return "gives a user a new password: the first line of FILE or of the standard input, or typed; makes root when it is gone";
    }

    @Override
    public Set<String> optionsWithValue() {
        return Set.of(FILE);
    }

    @Override
    public int run(CommandLine line, Terminal terminal) {
        if (line.operands().isEmpty()) {
            throw new UsageException("reset-password needs the name of a user");
        }
        if (line.operands().size() > 1) {
            throw CommandLine.passwordAsArgument();
        }
        String userName = line.operands().get(0);
        Password password = Password.of(password(line.option(FILE), userName, terminal));
        Database.existing(line.settings(), database -> {
            database.bean(UserService.class).resetPassword(database.operator(), userName, password);
            return true;
        });
        terminal.err().println("the password was changed; tokens with the old one are dead");
        return 0;
    }

    private static String password(Optional<String> file, String userName, Terminal terminal) {
        if (file.isPresent()) {
            try (InputStream in = Files.newInputStream(Path.of(file.get()))) {
                return firstLine(in, "the file of the password");
            } catch (IOException e) {
                throw new FailedCommand("the file of the password cannot be read: " + file.get(), e);
            }
        }
        if (terminal.keyboard().isPresent()) {
            return typed(terminal.keyboard().get(), userName);
        }
        try {
            return firstLine(terminal.in(), "the standard input");
        } catch (IOException e) {
            throw new FailedCommand("the standard input cannot be read", e);
        }
    }

    static String typed(Keyboard keyboard, String userName) {
        Optional<String> first = keyboard.password("New password of " + userName + ": ");
        Optional<String> again = keyboard.password("The same again: ");
        if (first.isEmpty() || !first.equals(again)) {
            throw new FailedCommand("the two passwords are not the same; nothing was changed");
        }
        return first.get();
    }

    /** Without what ends it; nothing else is trimmed. */
    static String firstLine(InputStream in, String source) throws IOException {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        if (end > MOST_BYTES) {
            throw new FailedCommand("the first line of %s has more than %d bytes".formatted(source, MOST_BYTES));
        }
        if (end < bytes.length && end > 0 && bytes[end - 1] == '\r') {
            end--;
        }
        if (end == 0) {
            throw new FailedCommand(source + " has no password in its first line");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, end))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FailedCommand(source + " is not UTF-8", e);
        }
    }
}
