package io.gatehouse;

import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;

class GrpcPostgresIT extends UserAdministrationContract {

    GrpcPostgresIT() {
        super(TestDatabase.POSTGRES, Grpc::new);
    }
}
