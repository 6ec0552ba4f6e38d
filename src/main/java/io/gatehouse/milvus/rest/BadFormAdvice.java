package io.gatehouse.milvus.rest;

import io.gatehouse.milvus.RestFailure;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers a body that REST v2 does not accept: HTTP 200, as Milvus does. */
@RestControllerAdvice(basePackageClasses = RestFace.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
@ConditionalOnRest
class BadFormAdvice {

    @ExceptionHandler
    RestFailure answer(BadForm refused) {
        return refused.failure();
    }
}
