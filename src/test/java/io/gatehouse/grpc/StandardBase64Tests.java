package io.gatehouse.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandardBase64Tests {

    /** What Go's decoder says of the same texts. */
    @ParameterizedTest
    @CsvSource({
        "plain text pw!, 5",
        "!!!, 0",
        "Y, 0",
        "YQ, 0",
        "YQ=, 3",
        "YWI, 0",
        "YWJjZA, 4",
        "=, 0",
        "Y=, 1",
        "YQ=x, 2",
        "YQ==x, 4",
        "YWI=x, 4",
        "YWI==, 4",
        "====, 0",
        "YWJj=, 4",
        "-_-_, 0",
        "YWJjé, 4",
        "'YQ\n', 1"
    })
    void decodeWhenTextIsNotBase64ThenNamesTheByteAsGoDoes(String encoded, int position) {
        BadEncoding refused =
                catchThrowableOfType(BadEncoding.class, () -> StandardBase64.decode(encoded.replace("\\n", "\n")));

        assertThat(refused.fault()).isEqualTo("illegal base64 data at input byte " + position);
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "YQ==, a", "YWI=, ab", "YWJj, abc", "w6k=, é", "'YW\nJ\r\nj', abc", "'YQ=\n=\n', a", "YR==, a"
    })
    void decodeWhenTextIsBase64ThenLineBreaksAreSkipped(String encoded, String text) {
        assertThat(StandardBase64.decode(encoded)).contains(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAZZ", "aazz", "0099", "++//"})
    void decodeWhenADigitIsTheFirstOrTheLastOfItsKindThenIsOne(String encoded) {
        assertThatCode(() -> StandardBase64.decode(encoded)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@", "[", "`", "{", ".", ":", ",", "*"})
    void decodeWhenACharacterStandsBesideTheDigitsThenIsNone(String encoded) {
        BadEncoding refused = catchThrowableOfType(BadEncoding.class, () -> StandardBase64.decode("YWJj" + encoded));

        assertThat(refused.fault()).isEqualTo("illegal base64 data at input byte 4");
    }

    @Test
    void decodeWhenBytesAreNotUtf8ThenIsNoText() {
        assertThat(StandardBase64.decode("//7/")).isEmpty();
        // A surrogate has no bytes of its own
        assertThat(StandardBase64.decode("7aCA")).isEmpty();
    }
}
