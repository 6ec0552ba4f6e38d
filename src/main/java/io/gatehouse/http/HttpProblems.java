package io.gatehouse.http;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.util.StringUtils;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** Turns what Spring MVC refuses, and what is a bug, into a problem. */
@RestControllerAdvice
class HttpProblems {

    private static final Logger log = LoggerFactory.getLogger(HttpProblems.class);

    private final Refusals refusals;

    HttpProblems(Refusals refusals) {
        this.refusals = refusals;
    }

    @ExceptionHandler
    void handle(Exception failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (isClientGone(failure)) {
            log.debug("a client went before it was answered", failure);
            return;
        }
        if (failure instanceof HttpRequestMethodNotSupportedException method) {
            allow(method, response);
        }
        refusals.write(request, response, problem(failure, request));
    }

    /** Nobody is there to be told, and clients that leave early must not fill the log. */
    private static boolean isClientGone(Exception failure) {
        return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(cause -> cause instanceof AsyncRequestNotUsableException || cause instanceof EofException);
    }

    private static ProblemException problem(Exception failure, HttpServletRequest request) {
        if (failure instanceof ProblemException problem) {
            return problem;
        }
        if (failure instanceof HttpMessageNotReadableException unreadable) {
            return unreadable.getCause() instanceof ProblemException problem
                    ? problem
                    : malformed(
                            unreadable.getCause() == null
                                    ? "a request body is missing"
                                    : JsonFault.describe(unreadable.getCause()));
        }
        if (failure instanceof MethodArgumentNotValidException invalid) {
            return malformed("a field is missing or out of range")
                    .withViolations(invalid.getFieldErrors().stream()
                            .map(error -> new Violation(error.getField(), String.valueOf(error.getDefaultMessage())))
                            .toList());
        }
        if (failure instanceof MethodArgumentTypeMismatchException mismatch) {
            return malformed("a value of another type is expected: " + mismatch.getName());
        }
        if (failure instanceof NoResourceFoundException) {
            return new ProblemException(Problem.NOT_FOUND, "no such path");
        }
        if (failure instanceof HttpRequestMethodNotSupportedException) {
            return new ProblemException(
                    Problem.METHOD_NOT_ALLOWED, "this path does not have the method " + method(request));
        }
        if (failure instanceof HttpMediaTypeNotAcceptableException) {
            return new ProblemException(Problem.NOT_ACCEPTABLE, "the answer is application/json");
        }
        if (failure instanceof HttpMediaTypeException) {
            return new ProblemException(Problem.UNSUPPORTED_MEDIA_TYPE, "the body has to be application/json");
        }
        if (failure instanceof AsyncRequestTimeoutException) {
            return new ProblemException(Problem.REQUEST_TIMEOUT, "request timeout");
        }
        if (failure instanceof HttpMessageNotWritableException) {
            // A list is read while it is written
            return Stream.<Throwable>iterate(failure, Objects::nonNull, Throwable::getCause)
                    .filter(ProblemException.class::isInstance)
                    .map(ProblemException.class::cast)
                    .findFirst()
                    .orElseGet(() -> ProblemException.internalError(failure));
        }
        if (failure instanceof ErrorResponse refused && refused.getStatusCode().is4xxClientError()) {
            return malformed("the request cannot be read");
        }
        if (failure instanceof HttpException refused && refused.getCode() < 500) {
            // Jetty parses the query when the first parameter is asked for
            return malformed("the query is malformed");
        }
        if (failure instanceof RequestRejectedException) {
            // The firewall judges names and values of parameters when they are asked for; its words repeat them
            return malformed("the query has a character that is not allowed");
        }
        return ProblemException.internalError(failure);
    }

    private static ProblemException malformed(String sentence) {
        return new ProblemException(Problem.MALFORMED_REQUEST, sentence);
    }

    private static void allow(HttpRequestMethodNotSupportedException refused, HttpServletResponse response) {
        String[] methods = refused.getSupportedMethods();
        if (methods != null) {
            response.setHeader(HttpHeaders.ALLOW, StringUtils.arrayToDelimitedString(methods, ", "));
        }
    }

    /** The method's name, where it is one of HTTP's: a client can send any word. */
    private static String method(HttpServletRequest request) {
        List<HttpMethod> known = List.of(HttpMethod.values());
        HttpMethod method = HttpMethod.valueOf(request.getMethod());
        return known.contains(method) ? method.name() : "of the request";
    }
}
