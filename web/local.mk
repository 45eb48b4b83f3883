## web/: see the headers for what lives here.
