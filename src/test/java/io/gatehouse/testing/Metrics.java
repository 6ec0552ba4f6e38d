package io.gatehouse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Http.Answer;
import java.net.http.HttpRequest;

/** The metrics of a server, as Prometheus reads them. */
public record Metrics(GatehouseServer server) {

    /** All of them. */
    public String text() {
        Answer answer = Http.send(HttpRequest.newBuilder(server.managementUri("/actuator/prometheus"))
                .build());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).startsWith("text/plain");
        return answer.body();
    }

    /** The value of one series, which has to be there. */
    public double value(String series) {
        return text().lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no such series: " + series));
    }
}
