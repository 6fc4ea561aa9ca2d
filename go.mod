module shouhu

go 1.26
