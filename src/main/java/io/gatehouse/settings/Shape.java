package io.gatehouse.settings;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** The kind of a YAML document: one of the three that hold Milvus' settings, or one that is often taken for them. */
enum Shape {
    MILVUS_RESOURCE,
    HELM_VALUES,
    MILVUS_YAML,
    CONFIG_MAP("is a ConfigMap: give the text below its data as a file of its own"),
    SECRET("is a Secret: give the text below its stringData as a file of its own"),
    LIST("is a list of Kubernetes resources: give the Milvus resource below its items as a file of its own"),
    ARGO_APPLICATION("is an Argo CD Application: give its Helm values as a file of their own"),
    FLUX_RELEASE("is a Flux HelmRelease: give its spec.values as a file of their own"),
    OTHER_RESOURCE("is a Kubernetes resource, but no Milvus of milvus.io: give the Milvus resource"),
    UMBRELLA_VALUES(
            "has the values of an umbrella chart: give the part that begins with extraConfigFiles as a file of its own"),
    OLD_CHART_VALUES("has authorization: of an old Helm chart: write common.security.authorizationEnabled into"
            + " extraConfigFiles.\"user.yaml\" instead"),
    VALUES_WITHOUT_FILES("has Helm values without extraConfigFiles: write Milvus' settings into"
            + " extraConfigFiles.\"user.yaml\""),
    SECURITY_AT_ROOT("has security: at its root: write it below common:"),
    COMPOSE_FILE("is a Compose file: give the milvus.yaml that it mounts"),
    APPLICATION_YML("has settings of Gatehouse alone: write them into ./application.yml"),
    UNKNOWN("has no settings of Milvus: give milvus.yaml, Helm values with extraConfigFiles, or a Milvus resource");

    /** Keys that Milvus' chart has at its root, and milvus.yaml never. */
    private static final Set<String> CHART = Set.of(
            "attu",
            "cluster",
            "datacoordinator",
            "externaletcd",
            "externalkafka",
            "externalpulsar",
            "externals3",
            "fullnameoverride",
            "image",
            "indexcoordinator",
            "ingress",
            "mixcoordinator",
            "nameoverride",
            "pulsarv3",
            "querycoordinator",
            "rootcoordinator",
            "service",
            "serviceaccount",
            "standalone");

    private final String instead;

    Shape() {
        this("");
    }

    Shape(String instead) {
        this.instead = instead;
    }

    /** Says behind the file's name what this shape is, and what to give instead; empty when it is one of the three. */
    String instead() {
        return instead;
    }

    static Shape of(MappingNode root) {
        Optional<Node> apiVersion = child(root, "apiVersion");
        Optional<Node> kind = child(root, "kind");
        if (apiVersion.isPresent() && kind.isPresent()) {
            return ofResource(text(apiVersion.get()), text(kind.get()));
        }
        if (child(root, "extraConfigFiles").isPresent()) {
            return HELM_VALUES;
        }
        if (root.getValue().stream()
                .anyMatch(tuple -> tuple.getValueNode() instanceof MappingNode chart
                        && child(chart, "extraConfigFiles").isPresent())) {
            return UMBRELLA_VALUES;
        }
        return ofSettings(root);
    }

    private static Shape ofSettings(MappingNode root) {
        List<String> names = roots(root).toList();
        if (names.contains("authorization")) {
            return OLD_CHART_VALUES;
        }
        if (names.stream().anyMatch(CHART::contains)) {
            return VALUES_WITHOUT_FILES;
        }
        if (hasKnownKey(root)) {
            return MILVUS_YAML;
        }
        if (child(root, "security").isPresent()) {
            return SECURITY_AT_ROOT;
        }
        if (names.stream().anyMatch(MilvusKey.SECTIONS::contains)) {
            return MILVUS_YAML;
        }
        if (names.contains("services")) {
            return COMPOSE_FILE;
        }
        return names.contains("gatehouse") ? APPLICATION_YML : UNKNOWN;
    }

    /** Whether a key is here that Gatehouse follows, or one that was meant to be. */
    static boolean hasKnownKey(MappingNode root) {
        return hasKnownKey("", root);
    }

    private static boolean hasKnownKey(String prefix, MappingNode settings) {
        return settings.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode)
                .anyMatch(tuple -> {
                    String key = prefix + text(tuple.getKeyNode());
                    return MilvusKey.of(key).isPresent()
                            || (tuple.getValueNode() instanceof MappingNode inner
                                    ? hasKnownKey(key + ".", inner)
                                    : MisspeltKey.meant(key).isPresent());
                });
    }

    private static Shape ofResource(String apiVersion, String kind) {
        if (kind.endsWith("List")) {
            return LIST;
        }
        return switch (apiVersion.split("/", 2)[0] + "/" + kind) {
            case "milvus.io/Milvus", "milvus.io/MilvusCluster" -> MILVUS_RESOURCE;
            case "v1/ConfigMap" -> CONFIG_MAP;
            case "v1/Secret" -> SECRET;
            case "argoproj.io/Application", "argoproj.io/ApplicationSet" -> ARGO_APPLICATION;
            case "helm.toolkit.fluxcd.io/HelmRelease" -> FLUX_RELEASE;
            default -> OTHER_RESOURCE;
        };
    }

    private static Stream<String> roots(MappingNode root) {
        return root.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode)
                .map(tuple -> text(tuple.getKeyNode()).split("\\.", 2)[0].toLowerCase(Locale.ROOT));
    }

    private static Optional<Node> child(MappingNode mapping, String name) {
        return mapping.getValue().stream()
                .filter(tuple -> text(tuple.getKeyNode()).equals(name))
                .map(NodeTuple::getValueNode)
                .findFirst();
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
