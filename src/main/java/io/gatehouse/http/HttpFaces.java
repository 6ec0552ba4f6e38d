package io.gatehouse.http;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Comparator;
import java.util.List;
import org.springframework.stereotype.Component;

/** All faces over HTTP: tells which of them owns a request. */
@Component
public class HttpFaces {

    private final List<HttpFace> longestPrefixFirst;

    HttpFaces(List<HttpFace> faces) {
        longestPrefixFirst = faces.stream()
                .sorted(Comparator.comparingInt(
                                (HttpFace face) -> face.pathPrefix().length())
                        .reversed())
                .toList();
    }

    /** The face that owns a request; one that owns everything else is among them. */
    public HttpFace of(HttpServletRequest request) {
        return of(path(request));
    }

    HttpFace of(String path) {
        String segments = path + "/";
        return longestPrefixFirst.stream()
                .filter(face -> segments.startsWith(face.pathPrefix()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no face owns the path"));
    }

    /** The path that the client asked for, also while the container dispatches to its error page. */
    static String path(HttpServletRequest request) {
        return request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String asked
                ? asked
                : request.getRequestURI();
    }
}
