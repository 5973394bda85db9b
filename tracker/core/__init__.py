"""What every room stands on: settings, database, permissions, audit, languages, forms, files, errors."""
