package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gatehouse.user.UserService;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoleControllerTests {

    private final UserService users = mock(UserService.class);

    @Test
    void listWhenAskedThenHasAllNames() {
        when(users.roles(ApiPort.ROOT)).thenReturn(List.of("admin", "public"));

        assertThat(new ApiPort(users).get("/api/v1/roles").text()).isEqualTo("{\"roles\":[\"admin\",\"public\"]}");
    }
}
