package io.gatehouse.http;

import java.util.EnumSet;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Lets no request thread wait for a client that reads slowly: each answer is a {@link PendingAnswer}. Stands in front of all that writes,
 * so that refusals and the container's own answers are such too.
 */
@Component
class SlowReaders implements WebServerFactoryCustomizer<JettyServletWebServerFactory> {

    @Override
    public void customize(JettyServletWebServerFactory factory) {
        factory.addServerCustomizers(server -> server.setHandler(new PendingAnswers(server.getHandler())));
    }

    private static final class PendingAnswers extends Handler.Wrapper {

        PendingAnswers(Handler handler) {
            super(handler);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            var answer = new PendingAnswer(request, response, callback);
            return super.handle(hasSeveralRanges(request) ? new WholeContent(request) : request, answer, answer);
        }

        private static boolean hasSeveralRanges(Request request) {
            HttpField range = request.getHeaders().getField(HttpHeader.RANGE);
            return range != null && range.getValue().indexOf(',') >= 0;
        }
    }

    /** Gets all instead of several ranges, as RFC 9110 allows (14.2): hardly two clients could share the memory of such an answer. */
    private static final class WholeContent extends Request.Wrapper {

        private final HttpFields headers;

        WholeContent(Request request) {
            super(request);
            headers = HttpFields.build(request.getHeaders(), EnumSet.of(HttpHeader.RANGE))
                    .asImmutable();
        }

        @Override
        public HttpFields getHeaders() {
            return headers;
        }
    }
}
