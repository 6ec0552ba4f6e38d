package io.gatehouse.http;

import io.gatehouse.caller.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.converter.StringHttpMessageConverter;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.test.web.servlet.setup.StandaloneMockMvcBuilder;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import tools.jackson.databind.json.JsonMapper;

/** Spring MVC as it is behind the token check, for one face: JSON as Gatehouse's settings have it, and refusals in the face's words. */
public final class FaceMvc {

    private static final JsonMapper JSON = json();

    private FaceMvc() {}

    /**
     * Spring MVC for a face.
     *
     * @param caller who makes every request
     * @param advice what the face has besides {@link HttpProblems}
     */
    public static StandaloneMockMvcBuilder of(
            HttpFace face,
            Caller caller,
            List<HandlerMethodArgumentResolver> resolvers,
            List<Object> advice,
            Object... controllers) {
        List<Object> allAdvice = new ArrayList<>(advice);
        allAdvice.add(new HttpProblems(new Refusals(new HttpFaces(List.of(face)), JSON)));
        return MockMvcBuilders.standaloneSetup(controllers)
                .setControllerAdvice(allAdvice.toArray())
                .addInterceptors(new KnownParameters())
                .setCustomArgumentResolvers(resolvers.toArray(new HandlerMethodArgumentResolver[0]))
                .setMessageConverters(new StringHttpMessageConverter(), new JacksonJsonHttpMessageConverter(JSON))
                .addFilters(new RequestId(), (request, response, chain) -> {
                    SecurityContextHolder.getContext()
                            .setAuthentication(
                                    UsernamePasswordAuthenticationToken.authenticated(caller, null, List.of()));
                    try {
                        chain.doFilter(request, response);
                    } finally {
                        SecurityContextHolder.clearContext();
                    }
                });
    }

    private static JsonMapper json() {
        AtomicReference<@Nullable JsonMapper> made = new AtomicReference<>();
        new ApplicationContextRunner()
                .withInitializer(new ConfigDataApplicationContextInitializer())
                .withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class))
                .withBean(StrictJson.class)
                .run(context -> made.set(context.getBean(JsonMapper.class)));
        return Objects.requireNonNull(made.get());
    }
}
