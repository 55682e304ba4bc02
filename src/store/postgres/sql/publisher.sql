SELECT owner FROM publisher
