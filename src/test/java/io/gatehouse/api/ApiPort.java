package io.gatehouse.api;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.http.FaceMvc;
import io.gatehouse.password.PasswordPolicy;
import io.gatehouse.user.UserNamePolicy;
import io.gatehouse.user.UserService;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.method.annotation.AuthenticationPrincipalArgumentResolver;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;

/** The admin API behind the token check, over users of the test's own. */
final class ApiPort {

    static final Client CLIENT = new Client(Face.API, "192.0.2.1", "0123456789abcdef");

    /** Every request is root's. */
    static final Caller ROOT = new ProvenUser("root", Set.of(), false, true, CLIENT);

    /** An answer's status, headers and text. */
    record Answer(int status, MockHttpServletResponse response, String text) {}

    private final MockMvc mvc;

    ApiPort(UserService users) {
        this(users, ROOT);
    }

    ApiPort(UserService users, Caller caller) {
        mvc = FaceMvc.of(
                        new ProblemDocuments(),
                        caller,
                        List.of(new AuthenticationPrincipalArgumentResolver()),
                        List.of(),
                        new UserController(users),
                        new RoleController(users),
                        new MeController(),
                        new ProblemPages(limits(), new ServerProperties()))
                .build();
    }

    private static ApiLimits limits() {
        UserNamePolicy names = mock(UserNamePolicy.class);
        when(names.rule()).thenReturn("has the rule of names");
        PasswordPolicy passwords = mock(PasswordPolicy.class);
        when(passwords.rule()).thenReturn("has the rule of passwords");
        return new ApiLimits(names, passwords);
    }

    Answer get(String path) {
        return send(HttpMethod.GET, path, "");
    }

    Answer send(HttpMethod method, String path, String json) {
        var request = MockMvcRequestBuilders.request(method, path);
        if (!json.isEmpty()) {
            request.contentType(MediaType.APPLICATION_JSON).content(json);
        }
        try {
            MockHttpServletResponse response = mvc.perform(request).andReturn().getResponse();
            return new Answer(response.getStatus(), response, response.getContentAsString(StandardCharsets.UTF_8));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
