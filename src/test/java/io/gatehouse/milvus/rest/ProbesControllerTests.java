package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.options;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.request;

import io.gatehouse.user.UserService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;

class ProbesControllerTests {

    private final RestPort port = new RestPort(mock(UserService.class));

    @Test
    void collectionsWhenListedThenThereAreNone() {
        assertThat(port.post("collections/list", "{}")).isEqualTo("{\"code\":0,\"data\":[]}");
    }

    @Test
    void optionsWhenAskedThenAnotherOriginGetsNoLeave() throws Exception {
        var response = port.mvc()
                .perform(options("/v2/vectordb/users/list").header("Origin", "https://elsewhere.example"))
                .andReturn()
                .getResponse();

        assertThat(response.getStatus()).isEqualTo(204);
        assertThat(response.getHeaderNames()).noneMatch(name -> name.startsWith("Access-Control"));
    }

    @ParameterizedTest
    @CsvSource({"POST, entities/search", "GET, users/list", "DELETE, users/drop"})
    void anythingElseWhenCalledThenSaysWhatGatehouseIs(String method, String path) throws Exception {
        var response = port.mvc()
                .perform(request(HttpMethod.valueOf(method), "/v2/vectordb/" + path))
                .andReturn()
                .getResponse();

        assertThat(response.getStatus()).isEqualTo(404);
        assertThat(response.getContentAsString())
                .isEqualTo(RestPort.failure(65535, "not found: this is Gatehouse, which keeps users only"));
    }
}
