package io.gatehouse;

import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;

class GrpcH2IT extends UserAdministrationContract {

    GrpcH2IT() {
        super(TestDatabase.H2, Grpc::new);
    }
}
