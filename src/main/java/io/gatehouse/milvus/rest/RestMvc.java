package io.gatehouse.milvus.rest;

import io.gatehouse.caller.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Lets a controller method of this face take a {@link RestCall}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRest
class RestMvc implements WebMvcConfigurer, HandlerMethodArgumentResolver {

    private final TimedCalls timed;

    RestMvc(TimedCalls timed) {
        this.timed = timed;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(this);
    }

    @Override
    public boolean supportsParameter(MethodParameter parameter) {
        return parameter.getParameterType().equals(RestCall.class);
    }

    @Override
    public RestCall resolveArgument(
            MethodParameter parameter,
            @Nullable ModelAndViewContainer container,
            NativeWebRequest request,
            @Nullable WebDataBinderFactory binderFactory)
            throws IOException {
        Authentication authentication =
                Objects.requireNonNull(SecurityContextHolder.getContext().getAuthentication());
        Caller caller = (Caller) Objects.requireNonNull(authentication.getPrincipal());
        return RestCall.read(Objects.requireNonNull(request.getNativeRequest(HttpServletRequest.class)), caller, timed);
    }
}
