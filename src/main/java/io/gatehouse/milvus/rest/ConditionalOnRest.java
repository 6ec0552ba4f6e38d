package io.gatehouse.milvus.rest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;

/** Only when {@code proxy.http.enabled} leaves REST v2 on; otherwise its paths exist nowhere. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ConditionalOnProperty(name = "proxy.http.enabled", matchIfMissing = true)
@interface ConditionalOnRest {}
