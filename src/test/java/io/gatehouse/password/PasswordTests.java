package io.gatehouse.password;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordTests {

    @Test
    void isSameWhenOneCharacterDiffersThenFalse() {
        assertThat(Password.of("p\u00e4ss").isSame(Password.of("p\u00e4ss"))).isTrue();
        assertThat(Password.of("p\u00e4ss").isSame(Password.of("p\u00e4sS"))).isFalse();
        assertThat(Password.of("pass").isSame(Password.of("pass "))).isFalse();
    }

    @Test
    void digestIntoWhenFedThenIsTheDigestOfTheBytes() throws GeneralSecurityException {
        Mac fed = mac();

        Password.of("p\u00e4ss\uD83D\uDD11").digestInto(fed);

        assertThat(fed.doFinal()).isEqualTo(mac().doFinal("p\u00e4ss\uD83D\uDD11".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0xD800, 0xDBFF, 0xDC00, 0xDFFF})
    void isWellFormedWhenHalfACharacterIsInItThenFalse(int half) {
        assertThat(Password.of("pass" + (char) half).isWellFormed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0xD7FF, 0xE000, 0x1F511})
    void isWellFormedWhenAllAreCharactersThenTrue(int whole) {
        assertThat(Password.of(Character.toString(whole)).isWellFormed()).isTrue();
    }

    private static Mac mac() throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
        return mac;
    }
}
