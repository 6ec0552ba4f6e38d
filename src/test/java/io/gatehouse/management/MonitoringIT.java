package io.gatehouse.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Metrics;
import io.gatehouse.testing.StoppedClock;
import io.gatehouse.testing.TestAuthority;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The queries in {@code monitoring/}: each metric and label that they name is in a real scrape. Whether they are well formed, and what they
 * find, is for a real Prometheus ({@code .ci/monitoring}).
 */
class MonitoringIT {

    private static final Path FOLDER = Path.of("monitoring");
    private static final Path RUNBOOK = Path.of("docs", "operations.md");

    /** Prometheus' own: what it adds to a series, and the series that it makes. */
    private static final Set<String> LABELS_OF_PROMETHEUS = Set.of("job", "instance");

    private static final Set<String> METRICS_OF_PROMETHEUS = Set.of("up");

    /** On PostgreSQL alone. */
    private static final String REPLICAS = "gatehouse_cluster_";

    /** With TLS alone. */
    private static final String TLS = "gatehouse_tls_";

    private static final String NAME = "[a-zA-Z_][a-zA-Z0-9_]*";
    private static final Pattern SELECTOR = Pattern.compile("(" + NAME + ")(?:\\{([^}]*)})?");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring)\\s*\\(([^)]*)\\)");
    private static final Pattern MATCHER = Pattern.compile("(" + NAME + ")(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern SERIES = Pattern.compile("(" + NAME + ")(?:\\{(.*)})? \\S+");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

    /** What a selector asks of a label. */
    private record Matcher(String label, String operator, String value) {

        static List<Matcher> in(@Nullable String braces) {
            return braces == null
                    ? List.of()
                    : MATCHER.matcher(braces)
                            .results()
                            .map(one -> new Matcher(group(one, 1), group(one, 2), group(one, 3)))
                            .toList();
        }

        boolean accepts(@Nullable String found) {
            return found != null
                    && switch (operator) {
                        case "=" -> found.equals(value);
                        case "!=" -> !found.equals(value);
                        case "=~" -> found.matches(value);
                        default -> !found.matches(value);
                    };
        }
    }

    /** One selector of a query, {@code name{label="value"}}. */
    private record Selector(String metric, List<Matcher> matchers, Set<String> groupedBy) {}

    @Test
    void queriesWhenComparedWithARealScrapeThenNameOnlyWhatIsThere(@TempDir Path folder) throws IOException {
        Map<String, String> queries = queries();
        List<Map<String, String>> onH2;
        List<Map<String, String>> onPostgres;
        try (GatehouseServer server = GatehouseServer.startWith(
                StoppedClock.class, TestDatabase.H2, "gatehouse.throttle.failures-per-user=1")) {
            logIn(server);
            onH2 = scrape(server);
        }
        Map<String, String> database = TestDatabase.POSTGRES.fresh();
        try (GatehouseServer server = GatehouseServer.startWith(
                StoppedClock.class,
                database,
                "gatehouse.throttle.failures-per-user=1",
                "spring.datasource.hikari.connection-timeout=500")) {
            logIn(server);
            TestDatabase.interrupt(database);
            Http.send(server, "root:other", "GET", "/api/v1/me", null);
            new Grpc(server).list("root:other");
            TestDatabase.resume(database);
            onPostgres = scrape(server);
        }

        List<Map<String, String>> withTls;
        Path certificate = folder.resolve("server.pem");
        Path key = folder.resolve("server.key");
        new TestAuthority("authority").issue("server").write(certificate, key);
        try (GatehouseServer server = GatehouseServer.start(
                TestDatabase.H2,
                "common.security.tlsMode=1",
                "tls.serverPemPath=" + certificate,
                "tls.serverKeyPath=" + key)) {
            withTls = scrape(server);
        }

        assertThat(queries).hasSizeGreaterThan(50);
        queries.forEach((where, query) -> {
            List<Selector> selectors = selectors(query);
            assertThat(selectors).as(where).isNotEmpty();
            for (Selector selector : selectors) {
                if (selector.metric().startsWith(TLS)) {
                    assertThat(lacks(withTls, selector)).as(where).isEmpty();
                    continue;
                }
                assertThat(lacks(onPostgres, selector)).as(where).isEmpty();
                // The database of these cannot be taken away
                if (!selector.metric().startsWith(REPLICAS) && !where.equals("GatehouseServerErrors")) {
                    assertThat(lacks(onH2, selector)).as(where).isEmpty();
                }
            }
        });
    }

    /** What of a selector no series has; empty when all is there. */
    private static Set<String> lacks(List<Map<String, String>> scrape, Selector selector) {
        if (METRICS_OF_PROMETHEUS.contains(selector.metric())) {
            return Set.of();
        }
        List<Map<String, String>> series = scrape.stream()
                .filter(one -> selector.metric().equals(one.get("__name__")))
                .toList();
        Set<String> lacking = new TreeSet<>();
        if (series.isEmpty()) {
            lacking.add(selector.metric());
        }
        for (Matcher matcher : selector.matchers()) {
            if (!LABELS_OF_PROMETHEUS.contains(matcher.label())
                    && series.stream().noneMatch(one -> matcher.accepts(one.get(matcher.label())))) {
                lacking.add(selector.metric() + " " + matcher);
            }
        }
        for (String label : selector.groupedBy()) {
            if (!LABELS_OF_PROMETHEUS.contains(label) && series.stream().noneMatch(one -> one.containsKey(label))) {
                lacking.add(selector.metric() + " by " + label);
            }
        }
        return lacking;
    }

    @Test
    void alertsWhenReadThenEachSaysHowBadItIsAndWhatToDo() throws IOException {
        List<String> chapters = Files.readAllLines(RUNBOOK).stream()
                .filter(line -> line.startsWith("### "))
                .map(line -> line.substring("### ".length()))
                .toList();

        List<Map<String, Object>> alerts = alerts();

        assertThat(alerts).hasSizeGreaterThan(15).allSatisfy(alert -> {
            String name = text(alert, "alert");
            Map<String, Object> annotations = map(alert.get("annotations"));
            assertThat(name).startsWith("Gatehouse");
            assertThat(text(map(alert.get("labels")), "severity")).isIn("critical", "warning");
            assertThat(text(annotations, "summary")).isNotBlank();
            assertThat(text(annotations, "description")).endsWith(".");
            assertThat(text(annotations, "runbook_url"))
                    .isEqualTo("docs/operations.md#" + name.toLowerCase(Locale.ROOT));
            assertThat(chapters).contains(name);
        });
        assertThat(alerts).extracting(alert -> text(alert, "alert")).doesNotHaveDuplicates();
    }

    @Test
    void alertsWhenTestedThenEachHasASeriesThatFiresAndOneThatDoesNot() throws IOException {
        Map<String, Boolean> fires = new LinkedHashMap<>();
        Map<String, Boolean> rests = new LinkedHashMap<>();
        for (Object test : list(yaml("gatehouse-alerts.test.yml").get("tests"))) {
            Map<String, Object> group = map(test);
            String name = text(group, "name").split(",", 2)[0];
            for (Object check : list(group.get("promql_expr_test"))) {
                assertThat(text(map(check), "expr")).contains("alertname=\"" + name + "\"");
                fires.merge(name, !list(map(check).get("exp_samples")).isEmpty(), Boolean::logicalOr);
            }
            rests.merge(name, String.valueOf(group.get("input_series")).contains("rests:9091"), Boolean::logicalOr);
        }
        Set<String> names =
                alerts().stream().map(alert -> text(alert, "alert")).collect(Collectors.toCollection(TreeSet::new));

        assertThat(fires).containsOnlyKeys(names).doesNotContainValue(false);
        assertThat(rests).containsOnlyKeys(names).doesNotContainValue(false);
    }

    @Test
    void panelsWhenReadThenEachHasAUnitASentenceAndTheChosenDataSource() throws IOException {
        List<JsonNode> panels = panels();

        assertThat(panels).hasSizeGreaterThan(20).allSatisfy(panel -> {
            assertThat(panel.path("description").stringValue()).endsWith(".");
            assertThat(panel.at("/fieldConfig/defaults/unit").stringValue()).isNotBlank();
            assertThat(panel.at("/datasource/uid").stringValue()).isEqualTo("${datasource}");
        });
        assertThat(panels).extracting(panel -> panel.path("id").intValue()).doesNotHaveDuplicates();
        assertThat(dashboard().at("/templating/list").valueStream())
                .extracting(variable -> variable.path("name").stringValue())
                .containsExactly("datasource", "instance");
    }

    /** Logins that end in the ways that queries name, over HTTP and gRPC. */
    private static void logIn(GatehouseServer server) {
        for (String token : List.of("root:Milvus", "root:Milvus", "nobody:wrong", "nobody:wrong", "nobody:wrong")) {
            Http.send(server, token, "GET", "/api/v1/me", null);
        }
        new Grpc(server).list("root:Milvus");
    }

    private static List<Map<String, String>> scrape(GatehouseServer server) {
        return new Metrics(server).text().lines().map(MonitoringIT::series).toList();
    }

    /** The name and the labels of a line of a scrape. */
    private static Map<String, String> series(String line) {
        Map<String, String> labels = new LinkedHashMap<>();
        var parts = SERIES.matcher(line);
        if (!line.startsWith("#") && parts.matches()) {
            labels.put("__name__", group(parts, 1));
            Matcher.in(parts.group(2)).forEach(label -> labels.put(label.label(), label.value()));
        }
        return labels;
    }

    /** The selectors of a query: its names that are no functions, words of the language or labels. */
    private static List<Selector> selectors(String query) {
        Set<String> groupedBy = GROUPING.matcher(query)
                .results()
                .flatMap(labels -> Stream.of(group(labels, 1).split(",")))
                .map(String::strip)
                .collect(Collectors.toCollection(TreeSet::new));
        String rest = GROUPING.matcher(query).replaceAll("").replaceAll("\\[[^]]*]", "");
        List<Selector> found = new ArrayList<>();
        SELECTOR.matcher(rest)
                .results()
                .filter(name -> name.start() == 0 || !Character.isLetterOrDigit(rest.charAt(name.start() - 1)))
                .filter(name -> !WORDS.contains(group(name, 1)))
                .filter(name -> !rest.substring(name.end()).stripLeading().startsWith("("))
                .forEach(name -> found.add(new Selector(group(name, 1), Matcher.in(name.group(2)), groupedBy)));
        return found;
    }

    /** All queries, by where they stand. */
    private static Map<String, String> queries() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        for (Map<String, Object> alert : alerts()) {
            queries.put(text(alert, "alert"), text(alert, "expr"));
        }
        for (JsonNode panel : panels()) {
            panel.path("targets")
                    .forEach(target -> queries.put(
                            panel.path("title").stringValue() + ", "
                                    + target.path("refId").stringValue(),
                            target.path("expr").stringValue().replace("$instance", ".*")));
        }
        return queries;
    }

    private static List<Map<String, Object>> alerts() throws IOException {
        List<Map<String, Object>> alerts = new ArrayList<>();
        for (Object group : list(yaml("gatehouse-alerts.yml").get("groups"))) {
            list(map(group).get("rules")).forEach(rule -> alerts.add(map(rule)));
        }
        return alerts;
    }

    private static List<JsonNode> panels() throws IOException {
        return dashboard()
                .path("panels")
                .valueStream()
                .filter(panel -> !panel.path("type").stringValue().equals("row"))
                .toList();
    }

    private static JsonNode dashboard() throws IOException {
        return new JsonMapper().readTree(Files.readString(FOLDER.resolve("gatehouse-dashboard.json")));
    }

    private static Map<String, Object> yaml(String file) throws IOException {
        try (InputStream in = Files.newInputStream(FOLDER.resolve(file))) {
            return map(new Yaml(new SafeConstructor(new LoaderOptions())).load(in));
        }
    }

    /** A part that every match has. */
    private static String group(MatchResult match, int number) {
        return Objects.requireNonNull(match.group(number));
    }

    private static String text(Map<String, Object> map, String key) {
        return String.valueOf(map.get(key));
    }

    @SuppressWarnings("unchecked") // YAML's maps have texts as keys
    private static Map<String, Object> map(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    private static List<?> list(@Nullable Object value) {
        return value == null ? List.of() : (List<?>) value;
    }
}
