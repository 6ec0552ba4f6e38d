package io.gatehouse.audit;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** The trail as an administrator reads it. */
record Trail(GatehouseServer server) {

    Answer read(String token, String query) {
        return Http.send(server, token, "GET", "/api/v1/audit-events" + query, null);
    }

    /** All events that fit, the oldest first, page by page. */
    List<JsonNode> events(String filter) {
        List<JsonNode> events = new ArrayList<>();
        String after = "";
        while (true) {
            JsonNode page = read("root:Milvus", "?limit=1000&" + filter + after).json();
            page.path("events").forEach(events::add);
            if (!page.has("next")) {
                Collections.reverse(events);
                return events;
            }
            after = "&after=" + page.path("next").stringValue();
        }
    }

    /** The same, each as {@code action interface user target role result reason}; a hyphen stands for nothing. */
    List<String> lines(String filter) {
        return events(filter).stream().map(Trail::line).toList();
    }

    /** What has come since, and where to go on. */
    record News(List<String> lines, String last) {}

    News follow(String since) {
        JsonNode answer = read("root:Milvus", "?limit=1000&since=" + since).json();
        List<String> lines = new ArrayList<>();
        answer.path("events").forEach(event -> lines.add(line(event)));
        return new News(lines, answer.path("last").stringValue());
    }

    static String line(JsonNode event) {
        List<String> words = new ArrayList<>();
        for (String field : List.of("action", "interface", "user", "target", "role", "result", "reason")) {
            words.add(event.path(field).asString("-"));
        }
        return String.join(" ", words);
    }
}
