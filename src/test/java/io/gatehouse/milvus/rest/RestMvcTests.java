package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.user.Caller;
import java.lang.reflect.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.MethodParameter;

class RestMvcTests {

    private interface Controller {

        void list(RestCall call, Caller caller);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void supportsParameterWhenItIsNoCallOfThisFaceThenLeavesItToOthers(int index, boolean supported)
            throws NoSuchMethodException {
        Method list = Controller.class.getDeclaredMethod("list", RestCall.class, Caller.class);

        assertThat(new RestMvc().supportsParameter(new MethodParameter(list, index)))
                .isEqualTo(supported);
    }
}
