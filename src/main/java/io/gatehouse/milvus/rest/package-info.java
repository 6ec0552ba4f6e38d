/**
 * Milvus' REST v2: {@code /v2/vectordb/users/*}, {@code roles/*} and what clients probe first.
 *
 * <p>Everything is a POST with a JSON body and answers {@code {"code":0,"data":…}} or {@code {"code":…,"message":…}}, mostly with
 * status 200. The quirks of that protocol live here: an unknown user is dropped and described with success, and a body's form
 * is judged before permission. {@code proxy.http.enabled=false} turns this face off.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"authentication", "caller", "http", "milvus", "password", "problem", "user"})
package io.gatehouse.milvus.rest;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
