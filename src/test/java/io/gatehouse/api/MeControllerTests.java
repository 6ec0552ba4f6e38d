package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.user.UserService;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MeControllerTests {

    static Stream<Arguments> callers() {
        return Stream.of(
                Arguments.of(
                        ApiPort.ROOT,
                        "{\"userName\":\"root\",\"roles\":[],\"superUser\":false,\"administrator\":true}"),
                Arguments.of(
                        new ProvenUser("user_1", Set.of("public", "admin"), true, false, ApiPort.CLIENT),
                        "{\"userName\":\"user_1\",\"roles\":[\"admin\",\"public\"],\"superUser\":true,"
                                + "\"administrator\":false}"),
                Arguments.of(
                        Caller.unrestricted(ApiPort.CLIENT),
                        "{\"userName\":null,\"roles\":[],\"superUser\":false,\"administrator\":true}"));
    }

    @ParameterizedTest
    @MethodSource("callers")
    void meWhenAskedThenIsTheCaller(Caller caller, String json) {
        assertThat(new ApiPort(mock(UserService.class), caller)
                        .get("/api/v1/me")
                        .text())
                .isEqualTo(json);
    }
}
