package io.gatehouse.authentication;

import static org.mockito.Mockito.mock;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.http.BodySettings;
import io.gatehouse.http.HttpFace;
import io.gatehouse.http.HttpFaces;
import io.gatehouse.http.Refusals;
import io.gatehouse.throttle.HeldRefusals;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigUtils;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.web.context.support.GenericWebApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** The security filter chains of a face, in front of nothing: whoever gets through is told that there is nothing but tea. */
public final class FaceChains implements AutoCloseable {

    /** The status of a request that got through. */
    public static final int THROUGH = 418;

    private final GenericWebApplicationContext context = new GenericWebApplicationContext(new MockServletContext());

    @EnableWebSecurity
    static class Security {}

    /** Sets up the chains that a configuration makes; see {@link EveryUser}. */
    public FaceChains(HttpFace face, Class<?> configuration) {
        AnnotationConfigUtils.registerAnnotationConfigProcessors(context);
        List.of(
                        Security.class,
                        StatelessChains.class,
                        TokenAuthentication.class,
                        HttpFaces.class,
                        Refusals.class,
                        configuration)
                .forEach(context::registerBean);
        context.registerBean(HttpFace.class, () -> face);
        context.registerBean(JsonMapper.class, () -> new JsonMapper());
        context.registerBean(TokenAuthenticator.class, EveryUser::authenticator);
        context.registerBean(ClientAddresses.class, () -> mock(ClientAddresses.class));
        context.registerBean(HeldRefusals.class, () -> mock(HeldRefusals.class));
        context.registerBean(BodySettings.class, () -> new BodySettings(Duration.ofSeconds(5)));
        context.refresh();
    }

    /** The answer to a request with this token, or with none. */
    public MockHttpServletResponse send(String method, String path, @Nullable String token) {
        var request = new MockHttpServletRequest(method, path);
        request.setServletPath(path);
        if (token != null) {
            request.addHeader("Authorization", "Bearer " + token);
        }
        var response = new MockHttpServletResponse();
        try {
            context.getBean("springSecurityFilterChain", Filter.class)
                    .doFilter(request, response, (got, answer) -> response.setStatus(THROUGH));
        } catch (IOException | ServletException e) {
            throw new IllegalStateException(e);
        }
        return response;
    }

    @Override
    public void close() {
        context.close();
    }
}
