package io.gatehouse.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.springdoc.webmvc.ui.SwaggerIndexTransformer;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.io.Resource;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.resource.ResourceTransformerChain;
import org.springframework.web.servlet.resource.TransformedResource;

/**
 * Keeps the files of Swagger UI in memory while there is room. Otherwise each request unpacks them from two jars, and no token is needed for
 * them.
 */
@Component
class SwaggerUiFiles implements BeanPostProcessor {

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        return bean instanceof SwaggerIndexTransformer transformer
                ? new InMemory(transformer, Caffeine.newBuilder().softValues().build())
                : bean;
    }

    private record InMemory(SwaggerIndexTransformer transformer, Cache<String, Resource> files)
            implements SwaggerIndexTransformer {

        @Override
        public Resource transform(HttpServletRequest request, Resource file, ResourceTransformerChain chain)
                throws IOException {
            Resource transformed = transformer.transform(request, file, chain);
            return transformed == file ? files.get(file.getURL().toString(), url -> read(file)) : transformed;
        }

        private static Resource read(Resource file) {
            try {
                return new TransformedResource(file, file.getContentAsByteArray());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
