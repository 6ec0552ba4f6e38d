package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;
import org.w3c.dom.NodeList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The parts of the documents that are made from the code. A part that is out of date fails; {@code mvn test
 * -Dtest=GeneratedDocsTests -Dgatehouse.write-docs=true} writes it anew.
 */
class GeneratedDocsTests {

    private static final boolean WRITE = Boolean.getBoolean("gatehouse.write-docs");

    @Test
    void settingsWhenComparedWithTheCodeThenHaveEveryKey() throws IOException {
        assertUpToDate(Path.of("docs", "settings.md"), "settings", settingsTable());
    }

    @Test
    void settingsWhenADocumentOrAnExampleUsesThemThenAreInTheTable() throws IOException {
        String table = settingsTable();
        Pattern setting =
                Pattern.compile("--([a-z]+(?:\\.[A-Za-z-]+)+)=|`((?:server|spring|springdoc)(?:\\.[A-Za-z-]+)+)[=`]");
        List<Path> texts = new ArrayList<>(List.of(Path.of("README.md"), Path.of(".env.example")));
        for (String folder : List.of("docs", "examples")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(texts::add);
            }
        }

        for (Path text : texts) {
            assertThat(setting.matcher(Files.readString(text)).results())
                    .as("%s", text)
                    .map(used -> used.group(1) == null ? used.group(2) : used.group(1))
                    .allSatisfy(used -> assertThat(table).contains("| `" + used + "` |"));
        }
    }

    @Test
    void operatorsFileWhenItsLinesAreTakenThenSetsTheDefaults() throws IOException {
        String table = settingsTable();
        Pattern setting = Pattern.compile("#([^ :]+):(?: (.+))?");

        assertThat(Files.readAllLines(Path.of("application.yml")))
                .filteredOn(line -> !line.isEmpty() && !line.startsWith("# "))
                .isNotEmpty()
                .map(setting::matcher)
                .allSatisfy(line -> {
                    assertThat(line.matches()).isTrue();
                    String value = line.group(2) == null ? "" : "`" + line.group(2) + "`";
                    assertThat(table).contains("| `%s` | %s |".formatted(line.group(1), value));
                });
    }

    @Test
    void architectureWhenComparedWithTheModulesThenShowsEveryArrow() throws IOException {
        assertUpToDate(Path.of("docs", "architecture.md"), "modules", moduleDiagram());
    }

    @Test
    void dependenciesWhenComparedWithThePomThenEachSaysWhatItIsFor() throws Exception {
        var declared = (NodeList) XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                        "/project/dependencies/dependency/artifactId",
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(Path.of("pom.xml").toFile()),
                        XPathConstants.NODESET);
        String starter = "spring-boot-starter";

        String text = Files.readString(Path.of("docs", "dependencies.md"));

        assertThat(declared.getLength()).isPositive();
        for (int i = 0; i < declared.getLength(); i++) {
            String name = declared.item(i).getTextContent();
            boolean named = text.contains("`" + name + "`")
                    || (name.startsWith(starter) && text.contains("`" + name.substring(starter.length()) + "`"));
            assertThat(named).as(name).isTrue();
        }
    }

    private static String settingsTable() throws IOException {
        try (InputStream metadata = Objects.requireNonNull(
                GeneratedDocsTests.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
            String rows = new JsonMapper()
                    .readTree(metadata)
                    .path("properties")
                    .valueStream()
                    .sorted(Comparator.comparing(GeneratedDocsTests::milvusSpelling))
                    .map(property -> "| `%s` | %s | %s |"
                            .formatted(milvusSpelling(property), defaultOf(property), description(property)))
                    .collect(Collectors.joining("\n"));
            return "| key | default | meaning |\n|---|---|---|\n" + rows;
        }
    }

    /** Milvus writes its keys in camel case, Spring reads both. */
    private static String milvusSpelling(JsonNode property) {
        String name = property.path("name").stringValue();
        return Stream.of("gatehouse.", "logging.", "management.", "server.", "spring.", "springdoc.")
                        .anyMatch(name::startsWith)
                ? name
                : Pattern.compile("-(.)")
                        .matcher(name)
                        .replaceAll(match -> match.group(1).toUpperCase(Locale.ROOT));
    }

    private static String defaultOf(JsonNode property) {
        JsonNode value = property.path("defaultValue");
        return value.isMissingNode() ? "" : "`" + value.asString() + "`";
    }

    private static String description(JsonNode property) {
        return property.path("description").stringValue().replaceAll("\\{@code ([^}]*)}", "`$1`");
    }

    private static String moduleDiagram() {
        ApplicationModules modules = ApplicationModules.of(GatehouseApplication.class);
        var arrows = new TreeSet<String>();
        modules.forEach(module -> module.getDirectDependencies(modules)
                .uniqueModules()
                .forEach(target ->
                        arrows.add("    %s --> %s".formatted(module.getIdentifier(), target.getIdentifier()))));
        return "```mermaid\nflowchart TD\n" + String.join("\n", arrows) + "\n```";
    }

    private static void assertUpToDate(Path document, String part, String generated) throws IOException {
        String text = Files.readString(document);
        String begin = "<!-- generated: " + part + " -->\n";
        String end = "\n<!-- end -->";
        int from = text.indexOf(begin) + begin.length();
        int to = text.indexOf(end, from);
        if (WRITE) {
            Files.writeString(document, text.substring(0, from) + generated + text.substring(to));
            return;
        }
        assertThat(text.substring(from, to)).as("%s in %s", part, document).isEqualTo(generated);
    }
}
