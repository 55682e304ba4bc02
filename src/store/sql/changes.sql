SELECT changes FROM meta
