package io.gatehouse.authentication;

import io.gatehouse.address.Network;
import io.gatehouse.caller.Caller;
import io.gatehouse.http.LargeAnswer;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.throttle.AnswerMemory;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.AsyncHandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Counts each {@link LargeAnswer} in the {@link AnswerMemory}, from before it is read until it is written: also while a client reads slowly, for
 * which {@code gatehouse.front.idle-timeout} is the limit. Refuses it with {@link Problem#OVERLOADED} when there is no room.
 */
@Component
class LargeAnswers implements AsyncHandlerInterceptor, WebMvcConfigurer {

    private final AnswerMemory memory;

    LargeAnswers(AnswerMemory memory) {
        this.memory = memory;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(this);
    }

    /**
     * Is asked once more when an answer that came later is to be written.
     *
     * @throws ProblemException {@link Problem#OVERLOADED}
     */
    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        LargeAnswer large =
                handler instanceof HandlerMethod operation ? operation.getMethodAnnotation(LargeAnswer.class) : null;
        if (large != null && request.getAttribute(LargeAnswer.ATTRIBUTE) == null) {
            long bytes = DataSize.ofKilobytes(large.kilobytes()).toBytes();
            request.setAttribute(LargeAnswer.ATTRIBUTE, memory.begin(network(request), bytes));
        }
        return true;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception failure) {
        if (request.getAttribute(LargeAnswer.ATTRIBUTE) instanceof AnswerMemory.Answer answer) {
            answer.close();
        }
    }

    private static String network(HttpServletRequest request) {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        return Network.of(
                authentication != null && authentication.getPrincipal() instanceof Caller caller
                        ? caller.client().address()
                        : request.getRemoteAddr());
    }
}
