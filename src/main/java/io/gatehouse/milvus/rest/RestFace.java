package io.gatehouse.milvus.rest;

import io.gatehouse.caller.Face;
import io.gatehouse.http.HttpFace;
import io.gatehouse.http.HttpStatuses;
import io.gatehouse.http.Refusal;
import io.gatehouse.milvus.MilvusError;
import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.milvus.RestFailure;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Refusals in the envelope of REST v2. */
@Component
@ConditionalOnRest
class RestFace implements HttpFace {

    static final String PREFIX = "/v2/vectordb/";

    /** How a client sees a call that Milvus' proxy denied to its own HTTP server. */
    private static final String DENIED = "rpc error: code = PermissionDenied desc = ";

    private static final Map<String, MilvusOperation> OPERATIONS = Map.of(
            PREFIX + "users/create", MilvusOperation.CREATE_USER,
            PREFIX + "users/update_password", MilvusOperation.UPDATE_PASSWORD,
            PREFIX + "users/drop", MilvusOperation.DROP_USER,
            PREFIX + "users/list", MilvusOperation.LIST_USERS,
            PREFIX + "users/describe", MilvusOperation.DESCRIBE_USER,
            PREFIX + "users/grant_role", MilvusOperation.GRANT_ROLE,
            PREFIX + "users/revoke_role", MilvusOperation.REVOKE_ROLE,
            PREFIX + "roles/list", MilvusOperation.LIST_ROLES,
            PREFIX + "roles/describe", MilvusOperation.DESCRIBE_ROLE);

    @Override
    public Face face() {
        return Face.REST_V2;
    }

    @Override
    public String pathPrefix() {
        return PREFIX;
    }

    @Override
    public Refusal refusal(ProblemException refused, String path, String requestId) {
        MilvusOperation operation = OPERATIONS.get(path);
        MilvusError error = operation == null ? MilvusError.of(refused) : MilvusError.of(refused, operation);
        RestFailure failure = refused.problem().kind() == Problem.Kind.DENIED
                ? new RestFailure(error.code(), DENIED + error.message())
                : RestFailure.of(refused, error);
        return new Refusal(status(refused.problem()), MediaType.APPLICATION_JSON, failure);
    }

    /** Milvus answers with success, and an error code, whatever an operation itself refuses. */
    private static int status(Problem problem) {
        return switch (problem.kind()) {
            case MALFORMED, INVALID, FORBIDDEN, NOT_FOUND, CONFLICT -> 200;
            case UNAUTHENTICATED,
                    DENIED,
                    NOT_SERVED,
                    TOO_LARGE,
                    TIMED_OUT,
                    THROTTLED,
                    OVERLOADED,
                    UNAVAILABLE,
                    INTERNAL -> HttpStatuses.of(problem);
        };
    }
}
