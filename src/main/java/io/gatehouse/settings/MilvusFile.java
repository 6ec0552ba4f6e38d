package io.gatehouse.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.origin.OriginTrackedValue;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin.Location;
import org.springframework.core.io.FileSystemResource;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Milvus' settings in a file of one of three shapes (Milvus 2.4, "Authenticate User Access"): {@code milvus.yaml} itself, Helm
 * values with {@code extraConfigFiles."user.yaml"}, and a {@code Milvus} custom resource with {@code spec.config}.
 */
final class MilvusFile {

    private static final Pattern DECIMAL = Pattern.compile("0|-?[1-9][0-9]{0,8}");
    private static final Pattern TRUE_OR_FALSE = Pattern.compile("true|false", Pattern.CASE_INSENSITIVE);

    /** What YAML 1.2, and with it Milvus, takes for a number, and YAML 1.1 for a text. */
    private static final Pattern OCTAL = Pattern.compile("[-+]?0o[0-7]+");

    private static final Set<Tag> PLAIN_TAGS =
            Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP, Tag.MAP, Tag.SEQ, Tag.MERGE);

    static final String HTTP_PORT = "proxy.http.port";
    static final String HTTP_PORT_HAS_NO_EFFECT = HTTP_PORT + " has no effect: REST v2 is on proxy.port";

    private static final int NO_SETTINGS = 3;

    private final YamlFile file;
    private final Map<MilvusKey, OriginTrackedValue> values = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private int firstLine = 1;
    private @Nullable String refusal;

    private MilvusFile(Path path) {
        this.file = new YamlFile(path);
    }

    /**
     * Reads a file.
     *
     * @throws StartRefused when it is not YAML, or the value of a known key has another type
     */
    static MilvusFile read(Path path) {
        var milvusFile = new MilvusFile(path);
        milvusFile.chosen(milvusFile.file.documents()).ifPresent(milvusFile::readShape);
        return milvusFile;
    }

    /** The values of the known keys, each with the line that it comes from. */
    Map<MilvusKey, OriginTrackedValue> values() {
        return values;
    }

    /** What the operator may have meant otherwise. */
    List<String> warnings() {
        return warnings;
    }

    /** What is wrong with the file, and what to give instead, when none of the three shapes is in it. */
    Optional<String> refusal() {
        return Optional.ofNullable(refusal);
    }

    /** The document that counts. The others are resources beside it, or the same shape once more, which is said. */
    private Optional<Node> chosen(List<Node> documents) {
        int best = documents.stream().mapToInt(MilvusFile::rank).min().orElse(NO_SETTINGS);
        List<Node> candidates =
                documents.stream().filter(node -> rank(node) == best).toList();
        if (candidates.size() > 1 && best < NO_SETTINGS) {
            warnings.add("%s, line %d: of %d documents with settings of Milvus only this one counts"
                    .formatted(file.path(), YamlFile.line(candidates.get(0), firstLine), candidates.size()));
        }
        return candidates.stream().findFirst();
    }

    /** What is lower is read rather. */
    private static int rank(Node document) {
        if (!(document instanceof MappingNode root)) {
            return NO_SETTINGS;
        }
        return switch (Shape.of(root)) {
            case MILVUS_RESOURCE -> 0;
            case HELM_VALUES -> 1;
            case MILVUS_YAML -> Shape.hasKnownKey(root) ? 1 : 2;
            default -> NO_SETTINGS;
        };
    }

    private void readShape(Node document) {
        if (!(document instanceof MappingNode root)) {
            refusal = file.refusal(
                            document, firstLine, "settings are expected, such as common:, and not a text or a list")
                    .getMessage();
            return;
        }
        Shape shape = Shape.of(root);
        switch (shape) {
            case MILVUS_RESOURCE -> readCustomResource(root);
            case HELM_VALUES -> child(root, "extraConfigFiles").ifPresent(this::readHelmValues);
            case MILVUS_YAML -> readSettings("", root, new HashSet<>());
            default -> refusal = file.path() + " " + shape.instead();
        }
    }

    private void readHelmValues(Node extraConfigFiles) {
        Optional<Node> user =
                extraConfigFiles instanceof MappingNode files ? child(files, "user.yaml") : Optional.empty();
        if (user.isEmpty()) {
            warnings.add("%s: extraConfigFiles has no user.yaml, so nothing is read from it".formatted(file.path()));
            return;
        }
        if (!(user.get() instanceof ScalarNode text)) {
            throw file.refusal(
                    user.get(), firstLine, "extraConfigFiles.user.yaml has to be a text: write user.yaml: |+");
        }
        // The text of a block begins on the line below its sign
        int block = text.getScalarStyle() == ScalarStyle.LITERAL ? 1 : 0;
        List<Node> documents = file.documents(text.getValue(), YamlFile.line(text, firstLine) + block);
        firstLine = YamlFile.line(text, firstLine) + block;
        chosen(documents).ifPresent(this::readShape);
    }

    private void readCustomResource(MappingNode root) {
        Optional<MappingNode> spec =
                child(root, "spec").filter(MappingNode.class::isInstance).map(MappingNode.class::cast);
        spec.flatMap(found -> child(found, "common"))
                .ifPresent(misplaced -> warnings.add("%s, line %d: spec.common is not read; write spec.config.common"
                        .formatted(file.path(), YamlFile.line(misplaced, firstLine))));
        spec.flatMap(found -> child(found, "config"))
                .filter(config -> config instanceof MappingNode settings
                        && !settings.getValue().isEmpty())
                .ifPresent(this::readShape);
    }

    private void readSettings(String prefix, MappingNode settings, Set<String> seen) {
        for (NodeTuple tuple : settings.getValue()) {
            refuseTag(tuple.getValueNode());
            if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                continue;
            }
            String key = prefix + name.getValue();
            boolean followed = MilvusKey.of(key).isPresent() || MilvusKey.isSection(key);
            if (followed && !seen.add(key.toLowerCase(Locale.ROOT))) {
                throw file.refusal(name, firstLine, key + " stands here for the second time: remove one");
            }
            MilvusKey.of(key)
                    .ifPresentOrElse(
                            known -> readValue(known, tuple.getValueNode()),
                            () -> readUnknown(key, name, tuple.getValueNode(), seen));
        }
    }

    private void readUnknown(String key, Node name, Node value, Set<String> seen) {
        if (value instanceof MappingNode inner) {
            readSettings(key + ".", inner, seen);
            return;
        }
        if (key.startsWith("gatehouse.")) {
            warnings.add("%s, line %d: %s is not read from Milvus' files; write it into application.yml"
                    .formatted(file.path(), YamlFile.line(name, firstLine), key));
            return;
        }
        if (HTTP_PORT.equalsIgnoreCase(key) && !value.getTag().equals(Tag.NULL)) {
            warnings.add(
                    "%s, line %d: %s".formatted(file.path(), YamlFile.line(name, firstLine), HTTP_PORT_HAS_NO_EFFECT));
            return;
        }
        MisspeltKey.meant(key)
                .ifPresent(known -> warnings.add("%s, line %d: %s is not known and ignored; is %s meant?"
                        .formatted(file.path(), YamlFile.line(name, firstLine), key, known.key())));
    }

    private void readValue(MilvusKey key, Node value) {
        if (value.getTag().equals(Tag.NULL)) {
            // "superUsers:" with nothing behind it is how Milvus' own file says that there are none
            if (key == MilvusKey.SUPER_USERS) {
                keep(key, value, "");
            }
            return;
        }
        keep(
                key,
                value,
                switch (key.type()) {
                    case BOOLEAN -> matching(key, value, TRUE_OR_FALSE, "true or false");
                    case NUMBER -> matching(key, value, DECIMAL, "a whole number");
                    case TEXT -> text(key, value);
                    case NAMES -> names(key, value);
                });
    }

    /** The value's text as it stands in the file, so that {@code 0123} is not taken for 83. */
    private String matching(MilvusKey key, Node value, Pattern allowed, String expected) {
        if (value instanceof ScalarNode scalar
                && allowed.matcher(scalar.getValue()).matches()) {
            return scalar.getValue();
        }
        throw file.refusal(value, firstLine, key.key() + " has to be " + expected);
    }

    private String text(MilvusKey key, Node value) {
        if (!(value instanceof ScalarNode scalar)) {
            throw file.refusal(value, firstLine, key.key() + " has to be a text");
        }
        boolean converted = scalar.isPlain()
                && (!scalar.getTag().equals(Tag.STR)
                        || OCTAL.matcher(scalar.getValue()).matches());
        if (converted) {
            throw file.refusal(
                    value,
                    firstLine,
                    "%s is not a text to YAML, which may change it: quote it, as in %s"
                            .formatted(key.key(), key.name("\"…\"")));
        }
        return scalar.getValue();
    }

    private String names(MilvusKey key, Node value) {
        return value instanceof SequenceNode list
                ? list.getValue().stream().map(name -> text(key, name)).collect(Collectors.joining(","))
                : text(key, value);
    }

    private void keep(MilvusKey key, Node value, String text) {
        var location = new Location(
                YamlFile.line(value, firstLine) - 1, value.getStartMark().getColumn());
        values.put(
                key,
                OriginTrackedValue.of(text, new TextResourceOrigin(new FileSystemResource(file.path()), location)));
    }

    private void refuseTag(Node value) {
        if (!PLAIN_TAGS.contains(value.getTag())) {
            throw file.refusal(value, firstLine, YamlFile.TAG);
        }
    }

    /** A node that decides what is read, and so may be there once only. */
    private Optional<Node> child(MappingNode mapping, String name) {
        List<NodeTuple> found = mapping.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode key
                        && key.getValue().equals(name))
                .toList();
        if (found.size() > 1) {
            throw file.refusal(
                    found.get(1).getKeyNode(), firstLine, name + " stands here for the second time: remove one");
        }
        return found.stream().map(NodeTuple::getValueNode).findFirst();
    }
}
