package io.gatehouse.milvus.rest;

import io.gatehouse.http.HttpFace;
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
    public String name() {
        return "rest-v2";
    }

    @Override
    public String pathPrefix() {
        return PREFIX;
    }

    @Override
    public Refusal refusal(ProblemException refused, String path, String requestId) {
        MilvusOperation operation = OPERATIONS.get(path);
        MilvusError error = operation == null ? MilvusError.of(refused) : MilvusError.of(refused, operation);
        RestFailure failure = refused.problem() == Problem.PERMISSION_DENIED
                ? new RestFailure(error.code(), DENIED + error.message())
                : RestFailure.of(refused, error);
        return new Refusal(status(refused.problem()), MediaType.APPLICATION_JSON, failure);
    }

    private static int status(Problem problem) {
        return switch (problem) {
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case METHOD_NOT_ALLOWED -> 405;
            case REQUEST_TIMEOUT -> 408;
            case REQUEST_TOO_LARGE -> 413;
            case TOO_MANY_ATTEMPTS -> 429;
            case HEADER_TOO_LARGE -> 431;
            case INTERNAL_ERROR -> 500;
            case OVERLOADED, STORAGE_UNAVAILABLE -> 503;
            case MALFORMED_REQUEST,
                    INVALID_USER_NAME,
                    INVALID_PASSWORD,
                    INVALID_ROLE_NAME,
                    OLD_PASSWORD_MISMATCH,
                    ROOT_PROTECTED,
                    SELF_DROP,
                    USER_NOT_FOUND,
                    ROLE_NOT_FOUND,
                    NOT_ACCEPTABLE,
                    UNSUPPORTED_MEDIA_TYPE,
                    USER_ALREADY_EXISTS,
                    USER_LIMIT_REACHED -> 200;
        };
    }
}
