package io.gatehouse.milvus.grpc;

import io.milvus.grpc.RBACMeta;
import io.milvus.grpc.RoleEntity;
import io.milvus.grpc.UserInfo;
import java.util.List;
import java.util.stream.Stream;

/** What a backup holds. */
final class RbacMessages {

    private RbacMessages() {}

    static RBACMeta users(UserInfo... users) {
        return RBACMeta.newBuilder().addAllUsers(List.of(users)).build();
    }

    static UserInfo user(String name, String password, String... roles) {
        return UserInfo.newBuilder()
                .setUser(name)
                .setPassword(password)
                .addAllRoles(Stream.of(roles)
                        .map(role -> RoleEntity.newBuilder().setName(role).build())
                        .toList())
                .build();
    }
}
