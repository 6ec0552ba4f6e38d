package io.gatehouse.http;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Refuses query parameters that an operation does not have, and those that are given twice: a misspelt {@code limit} is not taken for
 * none. Applies to the described operations, those with {@link Refuses}. A proxy that asks whether a request may pass sends along the
 * query of that request.
 */
@Component
class KnownParameters implements HandlerInterceptor, WebMvcConfigurer {

    /** Any other name is not repeated: it may be long, or a value in the wrong place. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,63}");

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (handler instanceof HandlerMethod operation && operation.hasMethodAnnotation(Refuses.class)) {
            List<String> known = parameters(operation);
            request.getParameterMap().forEach((name, values) -> {
                if (!known.contains(name)) {
                    throw unknown(name, known);
                }
                if (values.length > 1) {
                    throw new ProblemException(Problem.MALFORMED_REQUEST, "parameter given twice: " + name)
                            .withViolations(List.of(new Violation(name, "must be given once")));
                }
            });
        }
        return true;
    }

    private static List<String> parameters(HandlerMethod operation) {
        return Arrays.stream(operation.getMethodParameters())
                .filter(parameter -> parameter.hasParameterAnnotation(RequestParam.class))
                .map(parameter -> parameter.getParameter().getName())
                .toList();
    }

    private static ProblemException unknown(String name, List<String> known) {
        String shown = NAME.matcher(name).matches() ? name : "(not shown)";
        String rule = known.isEmpty() ? "this operation has none" : "must be one of " + String.join(", ", known);
        return new ProblemException(Problem.MALFORMED_REQUEST, "unknown parameter: %s, %s".formatted(shown, rule))
                .withViolations(List.of(new Violation(shown, rule)));
    }
}
