package io.gatehouse.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation whose answer can be large: what it takes in memory is counted until it is written. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface LargeAnswer {

    /** The kilobytes of a page of 1000 rows, as rows, objects and JSON. */
    int PAGE = 1024;

    /** The kilobytes of a list that is written as it is read: a part of it and the buffers. */
    int STREAM = 256;

    /** Of a request that has such an answer. */
    String ATTRIBUTE = "io.gatehouse.http.LargeAnswer";

    /** How many kilobytes the answer takes, about. */
    int kilobytes();
}
