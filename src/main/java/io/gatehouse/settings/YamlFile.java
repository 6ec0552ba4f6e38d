package io.gatehouse.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A YAML file as a tree with line numbers. Read with bounds on size, depth and aliases, and without making any value or object of
 * it. The texts of failures hold no line of the file: it may be the one with the password.
 */
final class YamlFile {

    private static final int MOST_BYTES = 1024 * 1024;
    private static final int MOST_ALIASES = 20;
    private static final int DEEPEST = 30;

    /** A tag asks for an object of some class; no setting needs one. */
    static final String TAG = "it has a tag, which no setting needs: remove the word that begins with !";

    private static final String TOO_MUCH = ": not YAML that is accepted: it has too many aliases or levels";

    private final Path path;

    YamlFile(Path path) {
        this.path = path;
    }

    /**
     * Reads the file's documents. Those that hold nothing are left out, so that there may be none.
     *
     * @throws StartRefused when the file cannot be read, is too large, or is not YAML
     */
    List<Node> documents() {
        return documents(text(), 1);
    }

    /**
     * Reads the documents of a YAML text that stands inside this file.
     *
     * @param firstLine the line of the file where the text begins, from 1
     */
    List<Node> documents(String text, int firstLine) {
        List<Node> documents = new ArrayList<>();
        for (Node document : compose(text, firstLine)) {
            boolean empty = document.getTag().equals(Tag.NULL)
                    || (document instanceof MappingNode mapping
                            && mapping.getValue().isEmpty());
            if (!empty) {
                documents.add(document);
            }
        }
        return documents;
    }

    /** A refusal that names the line of a node. */
    StartRefused refusal(Node node, int firstLine, String what) {
        return new StartRefused(where(line(node, firstLine)) + ": " + what);
    }

    Path path() {
        return path;
    }

    /** The line of a node in this file, from 1. */
    static int line(Node node, int firstLine) {
        return firstLine + node.getStartMark().getLine();
    }

    private String where(int line) {
        return path + ", line " + line;
    }

    private String text() {
        try {
            if (Files.notExists(path)) {
                throw new StartRefused(path + " cannot be read: there is no such file");
            }
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                throw new StartRefused(path + " cannot be read: it is no file");
            }
            if (!Files.isReadable(path)) {
                throw new StartRefused(path + " cannot be read: permission denied");
            }
            if (Files.size(path) > MOST_BYTES) {
                throw new StartRefused(path + " is no settings file: it has more than 1 MiB");
            }
            return Files.readString(path);
        } catch (CharacterCodingException e) {
            throw new StartRefused(path + " is not UTF-8", e);
        } catch (IOException e) {
            throw new StartRefused(path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private List<Node> compose(String text, int firstLine) {
        var options = new LoaderOptions();
        options.setMaxAliasesForCollections(MOST_ALIASES);
        options.setNestingDepthLimit(DEEPEST);
        options.setCodePointLimit(MOST_BYTES);
        try {
            List<Node> documents = new ArrayList<>();
            new Yaml(options).composeAll(new StringReader(text)).forEach(documents::add);
            if (documents.stream().anyMatch(YamlFile::holdsItself)) {
                throw new StartRefused(path + TOO_MUCH);
            }
            return documents;
        } catch (MarkedYAMLException e) {
            int line = firstLine
                    + (e.getProblemMark() == null ? 0 : e.getProblemMark().getLine());
            throw new StartRefused(where(line) + ": not YAML: " + problem(e), e);
        } catch (YAMLException e) {
            throw new StartRefused(path + TOO_MUCH, e);
        }
    }

    /** SnakeYAML marks a node that an alias inside it refers to. */
    private static boolean holdsItself(Node node) {
        if (node.isTwoStepsConstruction()) {
            return true;
        }
        if (node instanceof MappingNode mapping) {
            return mapping.getValue().stream()
                    .anyMatch(tuple -> holdsItself(tuple.getKeyNode()) || holdsItself(tuple.getValueNode()));
        }
        return node instanceof SequenceNode list && list.getValue().stream().anyMatch(YamlFile::holdsItself);
    }

    /** SnakeYAML's first line, where it quotes no more than one character; the others may quote the file. */
    private static String problem(MarkedYAMLException failure) {
        String problem =
                String.valueOf(failure.getProblem()).lines().findFirst().orElse("");
        if (problem.contains("\\t")) {
            return "it has a tab; indent with spaces";
        }
        if (problem.contains("alias") || problem.contains("anchor")) {
            return "it has a * or & that means another value: quote the text that begins with it";
        }
        return problem.contains("tag") ? TAG : problem;
    }
}
