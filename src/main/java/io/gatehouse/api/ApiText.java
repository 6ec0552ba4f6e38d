package io.gatehouse.api;

/**
 * Texts that several operations show in the description of the API. {@link ApiLimits} adapts them to the settings; the examples are run by a
 * test.
 */
final class ApiText {

    static final String USER_NAME = "user_1";
    static final String PASSWORD = "P@ssw0rd";
    static final String OTHER_PASSWORD = "P@ssw0rd123";

    static final String USERS_TAG = "Users";
    static final String ROLES_TAG = "Roles";
    static final String ME_TAG = "Me";

    static final String USER = """
            {"userName":"user_1","roles":[],"administrator":false,"createdAt":"2026-11-24T09:30:00.123456Z","updatedAt":"2026-11-24T09:30:00.123456Z"}""";
    static final String USERS = """
            {"users":[{"userName":"root","roles":[],"administrator":true,"createdAt":"2026-11-24T09:00:00.123456Z","updatedAt":"2026-11-24T09:00:00.123456Z"},{"userName":"user_1","roles":[],"administrator":false,"createdAt":"2026-11-24T09:30:00.123456Z","updatedAt":"2026-11-24T09:30:00.123456Z"}]}""";
    static final String NEW_USER = """
            {"userName":"user_1","password":"P@ssw0rd"}""";
    static final String PASSWORD_CHANGE = """
            {"oldPassword":"P@ssw0rd","newPassword":"P@ssw0rd123"}""";
    static final String ME = """
            {"userName":"root","roles":[],"superUser":false,"administrator":true}""";
    static final String ROLES = """
            {"roles":["admin","public"]}""";

    private ApiText() {}
}
