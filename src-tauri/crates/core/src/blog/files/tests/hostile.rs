//! Files made to do harm, and files that time has harmed.
