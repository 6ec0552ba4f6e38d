package io.gatehouse.http;

import io.gatehouse.caller.Client;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the servlet container refuses by itself (a request line it cannot parse, too many header bytes) or reports after
 * everything else failed, as a problem like any other.
 */
@RestController
class ContainerErrors implements ErrorController {

    private final Refusals refusals;

    ContainerErrors(Refusals refusals) {
        this.refusals = refusals;
    }

    @RequestMapping("${server.error.path:${error.path:/error}}")
    void dispatched(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 500;
        Throwable cause = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof Throwable t ? t : null;
        refusals.write(request, response, problem(status, cause));
    }

    private static ProblemException problem(int status, @Nullable Throwable cause) {
        return switch (status) {
            case 404 -> new ProblemException(Problem.NOT_FOUND, "no such path");
            case 413 -> new ProblemException(Problem.REQUEST_TOO_LARGE, "request body too large");
            case 414, 431 ->
                new ProblemException(Problem.HEADER_TOO_LARGE, "the request line or the headers are too large");
            case 500, 503 ->
                new ProblemException(
                        Problem.INTERNAL_ERROR,
                        "internal error",
                        cause == null ? new IllegalStateException("status " + status) : cause);
            default -> new ProblemException(Problem.MALFORMED_REQUEST, "the request line or a header is malformed");
        };
    }

    /** Refusals that never reach a servlet. */
    @Component
    static final class BeforeServlets implements WebServerFactoryCustomizer<JettyServletWebServerFactory> {

        private final Refusals refusals;

        BeforeServlets(Refusals refusals) {
            this.refusals = refusals;
        }

        @Override
        public void customize(JettyServletWebServerFactory factory) {
            factory.addServerCustomizers(server -> server.setErrorHandler(new RefusingErrorHandler(refusals)));
        }
    }

    private static final class RefusingErrorHandler extends ErrorHandler {

        /** Jetty's name for a path that it could not parse. */
        private static final String UNREADABLE_PATH = "/badMessage";

        private final Refusals refusals;

        RefusingErrorHandler(Refusals refusals) {
            this.refusals = refusals;
        }

        @Override
        public boolean errorPageForMethod(String method) {
            return true;
        }

        @Override
        protected void generateResponse(
                Request request,
                Response response,
                int code,
                @Nullable String message,
                @Nullable Throwable cause,
                Callback callback) {
            String path = request.getHttpURI().getPath();
            boolean unreadable = path == null || path.equals(UNREADABLE_PATH);
            Refusal refusal = refusals.refusal(problem(code, cause), unreadable ? "/" : path, Client.nextRequestId());
            byte[] body = refusals.json(refusal);
            response.setStatus(refusal.status());
            // Jetty closes the connection after what it could not parse: a client that is not told sends its next
            // request there
            response.getHeaders()
                    .put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE.asString())
                    .put(HttpHeader.CONTENT_TYPE, refusal.contentType().toString())
                    .put(HttpHeader.CACHE_CONTROL, "no-store")
                    .put(HttpHeader.CONTENT_LENGTH, body.length);
            response.write(true, ByteBuffer.wrap(body), callback);
        }
    }
}
