package io.gatehouse.milvus.rest;

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
    RestFace.Failure answer(BadForm refused) {
        return refused.failure();
    }
}
