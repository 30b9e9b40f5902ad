"""`python -m demobackend_cli` is the command `demobackend`."""

from demobackend_cli.main import main

if __name__ == "__main__":
    main()
