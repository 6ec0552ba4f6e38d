package io.gatehouse.milvus.rest;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.http.FaceMvc;
import io.gatehouse.user.UserService;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockMvcRequestBuilders;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;

/** REST v2 behind the token check, over users of the test's own. */
final class RestPort {

    static final String NOTHING = "{\"code\":0,\"data\":{}}";

    private static final Client CLIENT = new Client(Face.REST_V2, "192.0.2.1", "0123456789abcdef");

    /** Every request is root's. */
    static final Caller ROOT = new ProvenUser("root", Set.of(), false, true, CLIENT);

    /** A caller who need not give old passwords. */
    static final Caller SUPERUSER = new ProvenUser("super", Set.of(), true, true, CLIENT);

    private final MockMvc mvc;

    RestPort(UserService users) {
        this(users, ROOT);
    }

    RestPort(UserService users, Caller caller) {
        List<HandlerMethodArgumentResolver> resolvers = new ArrayList<>();
        new RestMvc(new TimedCalls()).addArgumentResolvers(resolvers);
        mvc = FaceMvc.of(
                        new RestFace(),
                        caller,
                        resolvers,
                        List.of(new BadFormAdvice()),
                        new UsersController(users),
                        new RolesController(users),
                        new ProbesController())
                .build();
    }

    MockMvc mvc() {
        return mvc;
    }

    /** The answer to a POST, which has the status 200. */
    String post(String path, String body) {
        return post(path, body, 200);
    }

    String post(String path, String body, int status) {
        try {
            MockHttpServletResponse response = mvc.perform(
                            MockMvcRequestBuilders.post("/v2/vectordb/" + path).content(body))
                    .andReturn()
                    .getResponse();
            if (response.getStatus() != status) {
                throw new AssertionError("status " + response.getStatus());
            }
            return response.getContentAsString(StandardCharsets.UTF_8);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    static String failure(int code, String message) {
        return "{\"code\":%d,\"message\":\"%s\"}".formatted(code, message);
    }
}
