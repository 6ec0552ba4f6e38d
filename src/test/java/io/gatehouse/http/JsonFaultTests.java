package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonFaultTests {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private record Body(List<Part> parts, Integer number) {}

    private record Part(Integer number) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"secret\":1}|unknown field: secret",
                "[]|a JSON object is expected",
                "{\"number\":\"secret\"}|a value of another type is expected: number",
                "{\"parts\":[{\"number\":1},{\"number\":\"secret\"}]}|a value of another type is expected: parts.[1].number",
                "{\"number\":secret}|not valid JSON at line 1, column 11",
                "{\"number\"|not valid JSON at line 1, column 10"
            })
    void describeWhenTextIsWrongThenSaysWhatAndDoesNotQuoteIt(String text, String sentence) {
        var failure = catchThrowableOfType(JacksonException.class, () -> JSON.readValue(text, Body.class));

        assertThat(JsonFault.describe(failure)).isEqualTo(sentence);
    }

    @Test
    void describeWhenThePlaceIsNotKnownThenNamesNone() {
        assertThat(JsonFault.describe(new StreamReadException("secret"))).isEqualTo("not valid JSON");
    }

    @Test
    void describeWhenTheCauseIsAnotherThenSaysNoMore() {
        assertThat(JsonFault.describe(new IllegalStateException("secret"))).isEqualTo("not valid JSON");
        assertThat(JsonFault.describe(null)).isEqualTo("not valid JSON");
    }
}
