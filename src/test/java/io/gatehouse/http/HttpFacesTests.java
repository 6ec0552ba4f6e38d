package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.RequestDispatcher;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class HttpFacesTests {

    private final HttpFaces faces =
            new HttpFaces(List.of(new OneFace("inner", "/a/b/"), new OneFace("all", "/"), new OneFace("outer", "/a/")));

    @ParameterizedTest
    @CsvSource({
        "/, all",
        "/b/a/, all",
        "/ab, all",
        "/a, outer",
        "/a/, outer",
        "/a/c, outer",
        "/a/bc, outer",
        "/a/b, inner",
        "/a/b/, inner",
        "/a/b/c, inner"
    })
    void ofWhenSeveralPrefixesFitThenTheLongestWins(String path, String face) {
        assertThat(faces.of(new MockHttpServletRequest("GET", path)))
                .isInstanceOfSatisfying(
                        OneFace.class, owner -> assertThat(owner.name()).isEqualTo(face));
    }

    @Test
    void ofWhenNoFaceOwnsThePathThenFails() {
        var some = new HttpFaces(List.of(new OneFace("outer", "/a/")));

        assertThatThrownBy(() -> some.of("/b")).hasMessage("no face owns the path");
    }

    @Test
    void pathWhenTheContainerDispatchesToItsErrorPageThenIsTheOneAskedFor() {
        var request = new MockHttpServletRequest("GET", "/error");
        assertThat(HttpFaces.path(request)).isEqualTo("/error");

        request.setAttribute(RequestDispatcher.ERROR_REQUEST_URI, "/a/path");

        assertThat(HttpFaces.path(request)).isEqualTo("/a/path");
    }
}
